namespace LiveCam.Onnx.Model;

/// <summary>Element types of tensors, with the numbers of TensorProto.DataType. Others exist; LiveCam does not compute with them.</summary>
internal enum ElementType
{
    Undefined = 0,
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    UInt32 = 12,
    UInt64 = 13,
}
